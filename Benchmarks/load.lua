-- wrk: a small discovery a POST, every one with a name of its own, DELAY milliseconds after its connection's last answer.
local sent = 0
function request()
  sent = sent + 1
  local body = string.format('{"pl_name":"Load-%d b","hostname":"Load-%d","pl_rade":%.1f}', sent, sent, 1 + sent % 90 / 10)
  return wrk.format("POST", "/api/discoveries", {["Content-Type"] = "application/json"}, body)
end
function delay() return tonumber(os.getenv("DELAY")) end
function done(summary) io.write(string.format("RATE %.0f\n", summary.requests / summary.duration * 1e6)) end
