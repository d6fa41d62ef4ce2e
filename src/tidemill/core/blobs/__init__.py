"""Content-addressed bytes: SHA-256 in, the same bytes out, or an error."""

from tidemill.core.blobs.checking import Finding, Progress, fsck, verify
from tidemill.core.blobs.errors import RangeOutsideError
from tidemill.core.blobs.faults import Fault, faults_among
from tidemill.core.blobs.folders import Folder, sync_file
from tidemill.core.blobs.models import Blob, OpenBlob, Part, StoredBlob, StoreOptions
from tidemill.core.blobs.opening import local_folder, open_artifacts, open_store
from tidemill.core.blobs.port import VERIFIED_WHOLE_BYTES, BlobStore, PresignsDownloads, PresignsUploads
from tidemill.core.blobs.shortcuts import get_bytes, put_bytes

__all__ = [
    "VERIFIED_WHOLE_BYTES",
    "Blob",
    "BlobStore",
    "Fault",
    "Finding",
    "Folder",
    "OpenBlob",
    "Part",
    "PresignsDownloads",
    "PresignsUploads",
    "Progress",
    "RangeOutsideError",
    "StoreOptions",
    "StoredBlob",
    "faults_among",
    "fsck",
    "get_bytes",
    "local_folder",
    "open_artifacts",
    "open_store",
    "put_bytes",
    "sync_file",
    "verify",
]
