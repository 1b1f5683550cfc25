"""What a whole release costs: deciding, building, leaving and checking, with real pictures under real keys."""
