"""What staff ask of the collection, as codes and as sentences."""
