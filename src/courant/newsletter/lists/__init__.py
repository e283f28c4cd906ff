"""Readers in and out, as files: what other programs know of them, and all that we know.

    sources  what a column means, by the program that wrote the file   pure
    read     a file -> entries, and what was refused and why           pure
    rules    what an entry changes for one reader                      pure
    take     entries -> rows, chunk by chunk                           effects
    export   rows -> files

A yes that is taken over never outweighs a no: not one of ours, and not one of the suppressions.
"""
