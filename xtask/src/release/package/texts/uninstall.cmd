@echo off
rem Removes what install.cmd installed. Your genres, presets and models stay: they lie in %APPDATA%\continuo.
setlocal
set "COMMON=%LOCALAPPDATA%\Programs\Common"
if exist "%COMMON%\CLAP\Continuo.clap" del /q "%COMMON%\CLAP\Continuo.clap"
if exist "%COMMON%\CLAP\continuo" rmdir /s /q "%COMMON%\CLAP\continuo"
if exist "%COMMON%\VST3\Continuo.vst3" rmdir /s /q "%COMMON%\VST3\Continuo.vst3"
if exist "%LOCALAPPDATA%\Programs\Continuo" rmdir /s /q "%LOCALAPPDATA%\Programs\Continuo"
if exist "%LOCALAPPDATA%\continuo\networks" rmdir /s /q "%LOCALAPPDATA%\continuo\networks"
if exist "%COMMON%\CLAP\Continuo.clap" goto failed
if exist "%COMMON%\VST3\Continuo.vst3" goto failed
echo Continuo is removed. Your genres, presets and models are still in %APPDATA%\continuo.
exit /b 0

:failed
echo A plugin is in use: close your host and try again.
exit /b 1
