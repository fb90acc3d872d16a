"""A private trust list (ETSI TS 119 612), as far as libdigidocpp reads one, signed by an operator of our own."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import methods
from signxml.signer import XMLSigner

from tests.signer.pki import Wish, issue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TYPES = "http://uri.etsi.org/TrstSvc/Svctype/"
_LIST = """
<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="list">
  <SchemeInformation>
    <TSLVersionIdentifier>5</TSLVersionIdentifier>
    <TSLSequenceNumber>1</TSLSequenceNumber>
    <TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric</TSLType>
    <SchemeOperatorName><Name xml:lang="en">TEST List Operator</Name></SchemeOperatorName>
    <SchemeTerritory>BE</SchemeTerritory>
    <ListIssueDateTime>2026-01-01T00:00:00Z</ListIssueDateTime>
    <NextUpdate><dateTime>2090-01-01T00:00:00Z</dateTime></NextUpdate>
  </SchemeInformation>
  <TrustServiceProviderList><TrustServiceProvider><TSPServices>{services}</TSPServices></TrustServiceProvider>
  </TrustServiceProviderList>
</TrustServiceStatusList>
"""
_SERVICE = """
<TSPService><ServiceInformation>
  <ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>
  <ServiceName><Name xml:lang="en">TEST</Name></ServiceName>
  <ServiceDigitalIdentity>{identities}</ServiceDigitalIdentity>
  <ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</ServiceStatus>
  <StatusStartingTime>2016-07-01T00:00:00Z</StatusStartingTime>
</ServiceInformation></TSPService>
"""


def trust_list(services: Mapping[str, Sequence[bytes]]) -> tuple[bytes, bytes]:
    """Return the signed list and its operator's certificate (DER).

    ``services`` is the kind of service (``CA/QC``, ``TSA/QTST``) -> certificates (DER).
    """
    listed = "".join(
        _SERVICE.format(
            kind=_TYPES + kind,
            identities="".join(
                f"<DigitalId><X509Certificate>{base64.b64encode(one).decode()}</X509Certificate></DigitalId>"
                for one in certificates
            ),
        )
        for kind, certificates in services.items()
    )
    key = rsa.generate_private_key(65537, 2048)
    operator = issue(Wish("TEST List Operator", "", usage=("digital_signature",), qualified=False, key=key))
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    signed = XMLSigner(method=methods.enveloped, c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#").sign(
        etree.fromstring(_LIST.format(services=listed)),
        key=key.private_bytes(encoding, form, serialization.NoEncryption()),
        cert=operator.pem.decode(),
    )
    return etree.tostring(signed), operator.plain.dump()
