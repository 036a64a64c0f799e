/* The one function of Windows' bcryptprimitives.dll that Rust's standard library needs. Debian's Wine 8.0 has no such
   library, and a program that asks for it ends with status 53 and no word. For the tests only: Windows has its own. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    return RtlGenRandom(data, (ULONG)length);
}
