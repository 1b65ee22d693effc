// Reads a JSON array of base64 strings; each is sent to a server of Node's (its parser is llhttp). Writes for each what
// the server took for requests, [method, target, bytes of body], and whether it refused the rest.
const http = require("http");
const net = require("net");

const connections = new Map();
const server = http.createServer({ requireHostHeader: false, insecureHTTPParser: false }, (request, response) => {
  let count = 0;
  request.on("data", (data) => { count += data.length; });
  request.on("end", () => {
    connections.get(request.socket.remotePort)?.requests.push([request.method, request.url, count]);
    response.end();
  });
});
server.on("clientError", (_, socket) => {
  const connection = connections.get(socket.remotePort);
  if (connection) connection.refused = true;
  socket.destroy();
});

const ask = (bytes) => new Promise((resolve) => {
  const seen = { requests: [], refused: false };
  const socket = net.connect(server.address().port, "127.0.0.1", () => {
    connections.set(socket.localPort, seen);
    socket.end(bytes);
  });
  socket.on("error", () => {});
  socket.on("data", () => {});
  socket.on("close", () => resolve(seen));
});

let input = "";
process.stdin.on("data", (data) => { input += data; });
process.stdin.on("end", () => server.listen(0, "127.0.0.1", async () => {
  const seen = [];
  for (const text of JSON.parse(input)) seen.push(await ask(Buffer.from(text, "base64")));
  process.stdout.write(JSON.stringify(seen), () => process.exit(0));
}));
