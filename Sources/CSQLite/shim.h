// C declarations of Debian's libsqlite3-dev for Swift.
#pragma once
#include <sqlite3.h>
