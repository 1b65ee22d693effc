-- wrk: one discovery a POST, every one with a name of its own.
local thread_number = 0
function setup(thread) thread:set("number", thread_number); thread_number = thread_number + 1 end
local sent = 0
function request()
  sent = sent + 1
  local body = string.format(
    '{"pl_name":"Bench-%s-%d-%d b","hostname":"Bench-%s-%d-%d","discoverymethod":"Transit","disc_year":2024,"disc_facility":"Kepler","pl_rade":%.3f,"pl_radeerr1":0.1,"pl_radeerr2":-0.1,"pl_orbper":%.4f,"st_teff":5600,"st_rad":1.01,"st_mass":0.98,"ra":291.25,"dec":44.5,"sy_dist":%.2f,"comment":"a made-up planet"}',
    os.getenv("RUN") or "0", number, sent, os.getenv("RUN") or "0", number, sent, 0.5 + sent % 150 / 10, 1 + sent % 997 / 3, 10 + sent % 4001 / 7)
  return wrk.format("POST", "/api/discoveries", {["Content-Type"] = "application/json"}, body)
end
function done(summary, latency)
  io.write(string.format('RESULT {"requests":%d,"us":%d,"errors":%d,"p50_ms":%.3f,"p99_ms":%.3f}\n', summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
