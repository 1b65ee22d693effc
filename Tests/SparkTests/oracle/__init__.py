"""The predictions computed a second time, independently of the binary: what test_judge.py holds it against."""
