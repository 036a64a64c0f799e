@echo off
rem Installs Continuo for this user. uninstall.cmd beside it removes it again.
setlocal
set "COMMON=%LOCALAPPDATA%\Programs\Common"
set "OWN=%LOCALAPPDATA%\Programs\Continuo"
if not exist "%COMMON%\CLAP\continuo" mkdir "%COMMON%\CLAP\continuo"
if not exist "%COMMON%\VST3" mkdir "%COMMON%\VST3"
if not exist "%OWN%" mkdir "%OWN%"
xcopy /i /q /y "%~dp0Continuo.clap" "%COMMON%\CLAP" >nul
if errorlevel 1 goto failed
if exist "%COMMON%\VST3\Continuo.vst3" rmdir /s /q "%COMMON%\VST3\Continuo.vst3"
xcopy /e /i /q /y "%~dp0Continuo.vst3" "%COMMON%\VST3\Continuo.vst3" >nul
if errorlevel 1 goto failed
xcopy /i /q /y "%~dp0*.exe" "%OWN%" >nul
if errorlevel 1 goto failed
xcopy /i /q /y "%~dp0*.txt" "%OWN%" >nul
if errorlevel 1 goto failed
xcopy /i /q /y "%~dp0LICENSE" "%OWN%" >nul
if errorlevel 1 goto failed
if exist "%~dp0onnxruntime.dll" xcopy /i /q /y "%~dp0onnxruntime.dll" "%OWN%" >nul
if errorlevel 1 goto failed
if exist "%~dp0onnxruntime.dll" xcopy /i /q /y "%~dp0onnxruntime.dll" "%COMMON%\CLAP\continuo" >nul
if errorlevel 1 goto failed
echo Continuo is installed. Rescan the plugins in your host. The programs are in %OWN%.
exit /b 0

:failed
echo Continuo is not installed completely: close your host and try again.
exit /b 1
