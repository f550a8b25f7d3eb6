"""How are the sample HARs recorded from real browsers, with nothing leaving the machine?"""
