#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image of the autograder.
apt-get update && apt-get install -y python3.11 python3.11-venv
python3.11 -m venv /autograder/venv && /autograder/venv/bin/pip install symgrad
