#!/usr/bin/env bash
# Packages: wine 8.0~repack-4, gcc-mingw-w64-x86-64 12.2.0 (Debian 12). Seen on 2026-11-29.
#
# Where Wine has no X server, CreateWindowEx gives no window on the desktop, not even an invisible one, and GetLastError is 0. A window whose
# parent is HWND_MESSAGE is made all the same, and the messages posted to it arrive.
#
# Who meets it: plugins that make an invisible window for messages on the host's main thread, in a host under Wine without a screen.
# For us: the VST3 wrapper made such a window and panicked without one; it now makes one for messages only.
set -euo pipefail
folder=$(mktemp -d)
export WINEPREFIX=$folder/wine WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml=
trap 'wineserver --kill || true; rm -rf "$folder"' EXIT
cat > "$folder/windows.c" <<'C'
#include <stdio.h>
#include <windows.h>

static int arrived;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM first, LPARAM second) {
    arrived += message == WM_USER;
    return DefWindowProcA(window, message, first, second);
}

int main(void) {
    WNDCLASSEXA class = {sizeof class};
    class.lpfnWndProc = procedure;
    class.hInstance = GetModuleHandleA(NULL);
    class.lpszClassName = "probe";
    RegisterClassExA(&class);
    SetLastError(0);
    HWND on_desktop = CreateWindowExA(0, "probe", "", 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
    printf("on the desktop %s (error %lu), ", on_desktop ? "yes" : "no", GetLastError());
    HWND for_messages = CreateWindowExA(0, "probe", "", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    PostMessageA(for_messages, WM_USER, 0, 0);
    MSG message;
    while (PeekMessageA(&message, NULL, 0, 0, PM_REMOVE)) DispatchMessageA(&message);
    printf("for messages %s, messages %d\n", for_messages ? "yes" : "no", arrived);
    return 0;
}
C
x86_64-w64-mingw32-gcc -o "$folder/windows.exe" "$folder/windows.c"
found=$(env -u DISPLAY timeout 120 wine "$folder/windows.exe" 2>/dev/null | tr -d '\r')
echo "$found"
[[ $found == "on the desktop no (error 0), for messages yes, messages 1" ]] || { echo "This has changed." >&2; exit 1; }
