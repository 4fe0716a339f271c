"""Start a lab and add files to it. Input: a folder. Output: new files; no file that exists is changed or replaced."""
