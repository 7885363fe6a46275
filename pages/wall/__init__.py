"""The wall: scenes from files, their blocks and sentences, answered once for all screens that ask."""
