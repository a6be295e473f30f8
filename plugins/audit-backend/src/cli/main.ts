import { verifyCommand } from './verifyCommand';

verifyCommand({
  args: process.argv.slice(2),
  env: process.env,
  print: text => process.stdout.write(text),
  complain: text => process.stderr.write(text),
  now: () => new Date(),
}).then(code => {
  process.exitCode = code;
});
