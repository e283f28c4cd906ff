"""Serving: public files for readers, Django for the desk and the forms, in one process.

`site` is the application; `public` answers from files alone, so that readers are served while
the database, the desk and the workers are dead.
"""
