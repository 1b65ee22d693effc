// C declarations of Debian's libsnappy-dev for Swift.
#pragma once
#include <snappy-c.h>
