def scale(numbers, factor):
    return [number * factor for number in numbers]
