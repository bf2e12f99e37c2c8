"""What the chapters' tests need to know of the process that they run in."""

import signal
import threading

# A shell that starts the tests in the background lets them ignore Ctrl-C, and all that they start;
# several tests press it.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)
