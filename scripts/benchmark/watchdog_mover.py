#!/usr/bin/env python3
"""What people write first: watchdog's observer, and a rename for every file that appears.   watchdog_mover.py FROM TO"""

import os
import sys
import time

from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer


class Mover(FileSystemEventHandler):
    def move(self, path):
        try:
            os.rename(path, os.path.join(sys.argv[2], os.path.basename(path)))
        except FileNotFoundError:
            pass

    def on_closed(self, event):
        self.move(event.src_path)

    def on_moved(self, event):
        self.move(event.dest_path)

    def on_created(self, event):
        # A file renamed into the folder from elsewhere is told as created.
        if not event.is_directory:
            self.move(event.src_path)


observer = Observer()
observer.schedule(Mover(), sys.argv[1])
observer.start()
while True:
    time.sleep(1)
