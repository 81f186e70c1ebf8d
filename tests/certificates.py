"""Certificates for one test run, made by openssl as its users make them."""

import subprocess


def openssl(*arguments, folder):
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Authority:
    """Signs certificates; all files lie in its folder."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
                "ca.pem", "-days", "2", "-subj", "/CN=test authority", folder=folder)
        self.certificate = folder / "ca.pem"

    def sign(self, name, subject, days=2):
        """(certificate, key): PEM files; the key in the form PKCS#8, which Java reads."""
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out",
                f"{name}.csr", "-subj", subject, folder=self.folder)
        (self.folder / "names.cnf").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        # A negative number of days is refused by newer versions: an expired one is signed for a
        # time that is over.
        until = ["-days", str(days)] if days > 0 else ["-days", "0"]
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", f"{name}.pem", "-extfile", "names.cnf", *until,
                folder=self.folder)
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"
