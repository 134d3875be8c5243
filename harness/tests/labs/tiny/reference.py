def solve(numbers, factor):
    return tuple(factor * number for number in numbers)
