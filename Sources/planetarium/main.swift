print("planetarium")
