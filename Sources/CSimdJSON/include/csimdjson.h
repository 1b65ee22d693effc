// simdjson (Debian libsimdjson-dev) behind plain C. Placeholder until JSONText's reader lands.
#pragma once
#ifdef __cplusplus
extern "C"
#endif
const char *csimdjson_version(void);
