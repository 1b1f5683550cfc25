"""How far two readings of one photo agree: rules, measures, and which photos are read twice."""
