"""What does the invented site, and each third party it calls, answer?"""
