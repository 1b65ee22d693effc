// C declarations of Debian's zlib1g-dev for Swift.
#pragma once
#include <zlib.h>
