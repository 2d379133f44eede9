/**
 * `dagger run node service.mjs SALT`: what a pipeline sees of the proxy. It takes an image through it, prints the variables of a
 * container, and asks a service that is bound to it by a bare name.
 */
import { ask } from "./ask.mjs";

const salt = process.argv[2];
const shell = (script) => `withExec(args: ["/bin/sh", "-c", ${JSON.stringify(script)}])`;
const from = `container{from(address: "docker.io/library/base:1"){withEnvVariable(name: "SALT", value: "${salt}")`;
const last = (data) => data.container.from.withEnvVariable;

const { stdout } = last(await ask(`{${from}{${shell("env")}{stdout}}}}}`)).withExec;
const service = last(await ask(`{${from}{${shell("mkdir /www; echo served >/www/index.html")}{
  withExposedPort(port: 8080){asService(args: ["/bin/httpd", "-f", "-p", "8080", "-h", "/www"]){id}}}}}}}`)).withExec.withExposedPort.asService.id;
const answer = last(await ask(`{${from}{withServiceBinding(alias: "www", service: "${service}"){
  ${shell("wget -qO- http://www:8080/ 2>&1 || true")}{stdout}}}}}}`)).withServiceBinding.withExec.stdout.trim();
console.log(JSON.stringify({ proxies: stdout.split("\n").filter((line) => /_proxy=/i.test(line)).sort(), answer }));
