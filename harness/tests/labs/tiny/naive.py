def scale(numbers, factor):
    scaled = []
    for number in numbers:
        for _ in range(20):
            result = number * factor
        scaled.append(result)
    return scaled
