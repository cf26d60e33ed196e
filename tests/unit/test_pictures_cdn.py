"""CloudFront before the pictures: by parameter, to the pictures alone, and nothing is kept long."""

from __future__ import annotations

from typing import Any, Final

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scripts import prices
from scripts.cost import Usage, bill
from scripts.template import Template
from tests.cloudformation import LOCAL_ACCOUNT, Resolved, source

OF_CDN: Final = {"AWS::CloudFront::Distribution", "AWS::CloudFront::CachePolicy"}


def types(**parameters: str) -> set[str]:
    return set(Resolved(**parameters).types().values()) & OF_CDN


@pytest.mark.parametrize("way", ["API", "FILE"])
def test_a_new_account_is_not_asked_for_a_distribution(way: str) -> None:
    assert source()["Parameters"]["PicturesBy"]["Default"] == "API"
    assert types() == types(PicturesBy=way) == set()
    assert types(PicturesBy="CLOUDFRONT") == OF_CDN
    here = Resolved(PicturesBy="CLOUDFRONT", account=LOCAL_ACCOUNT)
    assert not {*here.types().values()} & OF_CDN


def test_messages_name_the_way_that_was_chosen() -> None:
    def addresses(**parameters: str) -> tuple[str, str]:
        stack = Resolved(**parameters)
        announce = stack.properties("AnnounceFunction")["Environment"]["Variables"]
        return announce["ART_URL"], announce["GALLERIES"]

    address, way = addresses()
    assert address.endswith("/art/") and "execute-api" in address and way == "address"
    assert addresses(PicturesBy="FILE") == (address, "file")
    by_cdn, way = addresses(PicturesBy="CLOUDFRONT")
    assert "execute-api" not in by_cdn and by_cdn.endswith("/") and way == "address"


def config() -> dict[str, Any]:
    properties = Resolved(PicturesBy="CLOUDFRONT").properties("ArtDistribution")
    found: dict[str, Any] = properties["DistributionConfig"]
    return found


def test_it_leads_to_pictures_and_to_nothing_else_of_the_api() -> None:
    [origin] = config()["Origins"]
    assert origin["OriginPath"] == "/art"
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    behaviour = config()["DefaultCacheBehavior"]
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert behaviour["ViewerProtocolPolicy"] == "https-only"
    assert "CacheBehaviors" not in config() and "OriginRequestPolicyId" not in behaviour


def test_what_was_removed_is_gone_within_a_minute() -> None:
    """Whatever max-age the picture has; by "Managing how long content stays in the cache"."""
    policy = Resolved(PicturesBy="CLOUDFRONT").properties("ArtCachePolicy")["CachePolicyConfig"]
    assert policy["MinTTL"] == 0 and policy["MaxTTL"] == policy["DefaultTTL"] == 60
    keyed = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    for kind in ("Cookie", "Header", "QueryString"):
        part = keyed["QueryStringsConfig" if kind == "QueryString" else f"{kind}sConfig"]
        assert part[f"{kind}Behavior"] == "none"


def test_cloudfronts_own_model_takes_it() -> None:
    """What CloudFormation hands to CloudFront, against botocore's description of its API. Lists are
    counted there, and two names are written otherwise."""
    model = get_session().get_service_model("cloudfront")
    shape = model.operation_model("CreateDistribution").input_shape
    assert shape is not None
    of_ours = config()
    behaviour = of_ours["DefaultCacheBehavior"]
    methods = behaviour["AllowedMethods"]
    [origin] = of_ours["Origins"]
    custom = origin["CustomOriginConfig"]
    protocols = custom["OriginSSLProtocols"]
    custom = {
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": custom["OriginProtocolPolicy"],
        "OriginSslProtocols": {"Quantity": len(protocols), "Items": protocols},
    }
    errors = of_ours["CustomErrorResponses"]
    asked = {
        "DistributionConfig": {
            **{name: of_ours[name] for name in ("Comment", "Enabled", "HttpVersion", "PriceClass")},
            "IsIPV6Enabled": of_ours["IPV6Enabled"],
            "CallerReference": "x",
            "Origins": {"Quantity": 1, "Items": [{**origin, "CustomOriginConfig": custom}]},
            "DefaultCacheBehavior": {
                **behaviour,
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                "AllowedMethods": {"Quantity": len(methods), "Items": methods},
            },
            "CustomErrorResponses": {"Quantity": len(errors), "Items": errors},
        }
    }
    assert ParamValidator().validate(asked, shape).generate_report() == ""
    classes = model.shape_for("PriceClass").enum  # type: ignore[attr-defined]
    assert of_ours["PriceClass"] in classes
    assert of_ours["HttpVersion"] in model.shape_for("HttpVersion").enum  # type: ignore[attr-defined]


def test_the_cost_of_it_is_counted() -> None:
    def names(**answers: str) -> set[str]:
        lines = bill(Template({"Phase": "growth", **answers}), Usage.of(5_000), prices.load()).lines
        return {each.price.name for each in lines}

    added = names(PicturesBy="CLOUDFRONT") - names()
    assert added == {"cloudfront_gb", "cloudfront_request"}
    assert "transition" in names()


def test_uploads_are_counted() -> None:
    lines = bill(Template({"Phase": "initial"}), Usage.of(1_000), prices.load()).lines
    whys = [each.why for each in lines if each.group == "files and pictures"]
    assert any("workshop" in each for each in whys) and any("owners" in each for each in whys)
