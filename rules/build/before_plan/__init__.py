"""What a build decides from its command line and the files of the lab, before there is a plan."""
