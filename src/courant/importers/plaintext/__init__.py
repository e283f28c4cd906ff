"""Copy as plain text -> one ImportedStory, with a report of all that was left out."""
