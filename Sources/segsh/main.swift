print("segsh")
