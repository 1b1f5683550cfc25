"""What people agreed to, in which words, and when. Knows no photo and no address."""
