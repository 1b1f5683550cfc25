"""The withdrawal drill: give, back up, erase, restore, replay, then look everywhere for what was erased."""
