// Unicode normal form KC (Unicode Standard Annex 15), for text whose code points Unicode 3.2 had assigned.
#pragma once

#include <vector>

#include "auth/secret.hpp"

namespace pgcoro::auth {

/// Code points of a password.
using secret_text = std::vector<char32_t, wiping_allocator<char32_t>>;

secret_text normalize_kc(const secret_text& text);

}  // namespace pgcoro::auth
