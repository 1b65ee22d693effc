// C declarations of Debian's libzstd-dev for Swift.
#pragma once
#include <zstd.h>
