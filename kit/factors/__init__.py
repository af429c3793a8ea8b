"""The factor families of the framework, one file a family."""
