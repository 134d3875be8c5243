def solve(numbers):
    return [number + number for number in numbers]
