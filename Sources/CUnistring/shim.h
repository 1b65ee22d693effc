// C declarations of Debian's libunistring-dev for Swift.
#pragma once
#include <unistr.h>
#include <uninorm.h>
#include <unicase.h>
#include <unictype.h>
