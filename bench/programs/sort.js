function randomNumbers(n) {
  const numbers = [];
  let seed = 42;
  for (let i = 0; i < n; i++) {
    seed = (seed * 16807) % 2147483647;
    numbers.push(seed);
  }
  return numbers;
}
const numbers = randomNumbers(Number(process.argv[2] ?? 300000)).sort((a, b) => a - b);
console.log(`${numbers[0]} ${numbers[numbers.length >> 1]} ${numbers[numbers.length - 1]}`);
