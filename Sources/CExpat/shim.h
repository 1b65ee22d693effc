// C declarations of Debian's libexpat1-dev for Swift.
#pragma once
#include <expat.h>
