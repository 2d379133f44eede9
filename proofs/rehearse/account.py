"""An emulated AWS account (moto) with what AWS itself gives: the public AMIs of EKS, and for each cluster the Kubernetes API
that is named here and a security group. All else is made by the stacks, and by Karpenter.

    account.py PORT KUBERNETES_VERSION AMI_VERSION API_ENDPOINT CA_FILE
        prints {"images": {ARCHITECTURE: ID}} when it answers; AWS_REGION and MOTO_ACCOUNT_ID say which account
"""
import base64, datetime, json, os, signal, sys
import boto3
from moto.ec2.models import EC2Backend, ec2_backends
from moto.eks.models import EKSBackend
from moto.server import ThreadedMotoServer
from moto.ssm.models import Parameter, ssm_backends

port, kubernetes, ami, endpoint, ca_file = sys.argv[1:]
region, account = os.environ["AWS_REGION"], os.environ["MOTO_ACCOUNT_ID"]
create_cluster, delete_cluster = EKSBackend.create_cluster, EKSBackend.delete_cluster
create_launch_template = EC2Backend.create_launch_template


def create(self, name, role_arn, resources_vpc_config, **more):
    cluster = create_cluster(self, name=name, role_arn=role_arn, resources_vpc_config=resources_vpc_config, **more)
    ec2 = ec2_backends[account][region]
    vpc = ec2.get_subnet(resources_vpc_config["subnetIds"][0]).vpc_id
    group = ec2.create_security_group(f"eks-cluster-sg-{name}", "of the cluster", vpc, tags={"aws:eks:cluster-name": name})
    cluster.resources_vpc_config = {**resources_vpc_config, "clusterSecurityGroupId": group.id}
    cluster.endpoint = endpoint
    with open(ca_file, "rb") as ca:
        cluster.certificate_authority = {"data": base64.b64encode(ca.read()).decode()}
    return cluster


def delete(self, name):
    cluster = delete_cluster(self, name)
    ec2_backends[account][region].delete_security_group(group_id=cluster.resources_vpc_config["clusterSecurityGroupId"])
    return cluster


def create_template(self, name, description, template_data, *more, **named):
    # A fleet of moto looks for the security groups of its instances elsewhere.
    template_data["GroupSet"] = template_data.get("SecurityGroupIds") or template_data.get("NetworkInterfaces", [{}])[0].get("Groups", [])
    return create_launch_template(self, name, description, template_data, *more, **named)


EKSBackend.create_cluster, EKSBackend.delete_cluster = create, delete
EC2Backend.create_launch_template = create_template

ThreadedMotoServer(ip_address="127.0.0.1", port=int(port), verbose=False).start()
ec2 = boto3.client("ec2", endpoint_url=f"http://127.0.0.1:{port}", region_name=region)
images = {}
for architecture in ("x86_64", "arm64"):
    name = f"amazon-eks-node-al2023-{architecture}-standard-{kubernetes}-{ami}"
    images[architecture] = ec2.register_image(Name=name, Architecture=architecture, RootDeviceName="/dev/xvda")["ImageId"]
    # moto takes every AMI for x86_64.
    ec2_backends[account][region].amis[images[architecture]].architecture = architecture
    for version in ("recommended", name):
        parameter = f"/aws/service/eks/optimized-ami/{kubernetes}/amazon-linux-2023/{architecture}/standard/{version}/image_id"
        # Names that begin with aws are AWS's: its API lets nobody write them.
        ssm_backends[account][region]._parameters[parameter].append(
            Parameter(account, parameter, images[architecture], "String", "", None, None, datetime.datetime.now(), 1, "text")
        )
print(json.dumps({"images": images}), flush=True)
signal.pause()
