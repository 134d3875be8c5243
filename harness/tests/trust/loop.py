def loop():
    x = 0.0
    for number in range(20000):
        x += number * 0.5
