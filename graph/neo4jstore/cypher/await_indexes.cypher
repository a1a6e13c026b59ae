// Returns nothing when every index is online, for at most 300 seconds.
CALL db.awaitIndexes(300)
