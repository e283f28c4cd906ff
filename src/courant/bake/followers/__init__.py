"""What follows the public tree once it has changed: a bucket that is served, a CDN in front.

The folder is the truth. `follow` compares it with what each follower is known to have, tells it of
the difference in batches, and notes each batch: a kill costs a batch, never a file.
"""
