"""What do real browsers write about a visit to an invented medical-appointment site?"""
